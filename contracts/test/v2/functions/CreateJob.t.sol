// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract CreateJobV2Test is EscrowTestV2 {
    function refuse(IAIModelTrainingV2.Terms memory terms_, uint256 stakeWei, bytes memory error_) private {
        vm.deal(requester, stakeWei);
        vm.prank(requester);
        expectError(error_);
        escrow.createJob{value: stakeWei}(terms_);
    }

    function test_given_a_bond_above_a_tenth_of_a_share_it_reverts(uint16 bondBps) external {
        IAIModelTrainingV2.Terms memory terms_ = terms();
        terms_.bondBps = uint16(bound(bondBps, 1_001, type(uint16).max));
        refuse(
            terms_,
            STAKE,
            abi.encodeWithSelector(IAIModelTrainingV2.BondTooHigh.selector, terms_.bondBps, 1_000)
        );
    }

    function test_given_the_aggregator_as_referee_it_reverts() external {
        IAIModelTrainingV2.Terms memory terms_ = terms();
        terms_.referee = aggregator;
        refuse(terms_, STAKE, abi.encodeWithSelector(IAIModelTrainingV2.InvalidReferee.selector, aggregator));
    }

    function test_given_impossible_counts_it_reverts(uint8 least, uint8 most) external {
        vm.assume(least == 0 || least > most || most > 32);
        IAIModelTrainingV2.Terms memory terms_ = terms();
        (terms_.minContributors, terms_.maxContributors) = (least, most);
        refuse(
            terms_,
            STAKE,
            abi.encodeWithSelector(IAIModelTrainingV2.ContributorsOutOfRange.selector, least, most, 32)
        );
    }

    function test_given_acceptBy_not_within_90_days_it_reverts(uint40 acceptBy) external {
        vm.assume(acceptBy <= START || acceptBy > START + 90 days);
        IAIModelTrainingV2.Terms memory terms_ = terms();
        terms_.acceptBy = acceptBy;
        refuse(
            terms_,
            STAKE,
            abi.encodeWithSelector(
                IAIModelTrainingV2.AcceptByOutOfRange.selector, acceptBy, START + 1, START + 90 days
            )
        );
    }

    function test_given_acceptBy_after_2106_it_reverts() external {
        vm.warp(type(uint32).max - 1 hours);
        IAIModelTrainingV2.Terms memory terms_ = terms();
        refuse(
            terms_,
            STAKE,
            abi.encodeWithSelector(
                IAIModelTrainingV2.AcceptByOutOfRange.selector,
                terms_.acceptBy,
                block.timestamp + 1,
                type(uint32).max
            )
        );
    }

    function test_given_training_period_out_of_range_it_reverts(uint32 period) external {
        vm.assume(period < 1 minutes || period > 30 days);
        IAIModelTrainingV2.Terms memory terms_ = terms();
        terms_.trainingPeriod = period;
        refuse(
            terms_,
            STAKE,
            abi.encodeWithSelector(
                IAIModelTrainingV2.TrainingPeriodOutOfRange.selector, period, 1 minutes, 30 days
            )
        );
    }

    function test_given_review_period_out_of_range_it_reverts(uint32 period) external {
        vm.assume(period < 1 minutes || period > 30 days);
        IAIModelTrainingV2.Terms memory terms_ = terms();
        terms_.reviewPeriod = period;
        refuse(
            terms_,
            STAKE,
            abi.encodeWithSelector(
                IAIModelTrainingV2.ReviewPeriodOutOfRange.selector, period, 1 minutes, 30 days
            )
        );
    }

    function test_given_no_aggregator_it_reverts() external {
        IAIModelTrainingV2.Terms memory terms_ = terms();
        terms_.aggregator = address(0);
        refuse(
            terms_, STAKE, abi.encodeWithSelector(IAIModelTrainingV2.InvalidAggregator.selector, address(0))
        );
    }

    function test_given_stake_below_a_wei_a_slot_it_reverts(uint8 most, uint256 stakeWei) external {
        IAIModelTrainingV2.Terms memory terms_ = terms();
        terms_.minContributors = 1;
        terms_.maxContributors = uint8(bound(most, 1, 32));
        uint256 smallest = uint256(terms_.maxContributors) * 10_000 / (10_000 - FEE_BPS);
        stakeWei = bound(stakeWei, 0, smallest - 1);
        refuse(
            terms_,
            stakeWei,
            abi.encodeWithSelector(
                IAIModelTrainingV2.StakeOutOfRange.selector, stakeWei, smallest, type(uint88).max
            )
        );
    }

    function test_given_stake_beyond_storage_it_reverts(uint256 stakeWei) external {
        stakeWei = bound(stakeWei, uint256(type(uint88).max) + 1, type(uint128).max);
        refuse(
            terms(),
            stakeWei,
            abi.encodeWithSelector(IAIModelTrainingV2.StakeOutOfRange.selector, stakeWei, 3, type(uint88).max)
        );
    }

    function test_given_spec_cid_empty_or_too_long_it_reverts(uint16 length) external {
        length = length % 2 == 0 ? 0 : uint16(bound(length, 129, 1_000));
        IAIModelTrainingV2.Terms memory terms_ = terms();
        terms_.specCid = string(new bytes(length));
        refuse(
            terms_,
            STAKE,
            abi.encodeWithSelector(IAIModelTrainingV2.CidLengthOutOfRange.selector, length, 128)
        );
    }

    function test_it_stores_any_terms_within_the_limits_as_they_are(
        uint8 kind,
        uint8 least,
        uint8 most,
        uint256 acceptBy,
        uint256 trainingPeriod,
        uint256 reviewPeriod,
        uint16 bondBps,
        bool permitOnly,
        address referee_,
        uint256 stakeWei
    ) external {
        vm.assume(referee_ != aggregator);
        most = uint8(bound(most, 1, 32));
        IAIModelTrainingV2.Terms memory terms_ = IAIModelTrainingV2.Terms({
            kind: kind,
            minContributors: uint8(bound(least, 1, most)),
            maxContributors: most,
            permitOnly: permitOnly,
            bondBps: uint16(bound(bondBps, 0, 1_000)),
            acceptBy: uint40(bound(acceptBy, START + 1, START + 90 days)),
            trainingPeriod: uint32(bound(trainingPeriod, 1 minutes, 30 days)),
            reviewPeriod: uint32(bound(reviewPeriod, 1 minutes, 30 days)),
            aggregator: aggregator,
            referee: referee_,
            specCid: SPEC
        });
        stakeWei = bound(stakeWei, uint256(most) * 10_000 / (10_000 - FEE_BPS) + 1, type(uint88).max);
        vm.deal(requester, stakeWei);

        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.JobCreated(1, requester, terms_, stakeWei, FEE_BPS);
        vm.prank(requester);
        uint256 jobId = escrow.createJob{value: stakeWei}(terms_);

        assertEq(jobId, 1, "number");
        assertStored(terms_, stakeWei);
    }

    function assertStored(IAIModelTrainingV2.Terms memory terms_, uint256 stakeWei) private view {
        uint256 shareWei = (stakeWei - stakeWei * FEE_BPS / 10_000) / terms_.maxContributors;
        IAIModelTrainingV2.Job memory expected = IAIModelTrainingV2.Job({
            status: IAIModelTrainingV2.JobStatus.Open,
            requester: requester,
            aggregator: aggregator,
            referee: terms_.referee,
            stakeWei: stakeWei,
            shareWei: shareWei,
            bondWei: shareWei * terms_.bondBps / 10_000,
            minContributors: terms_.minContributors,
            maxContributors: terms_.maxContributors,
            permitOnly: terms_.permitOnly,
            acceptBy: terms_.acceptBy,
            trainingPeriod: terms_.trainingPeriod,
            reviewPeriod: terms_.reviewPeriod,
            takenSlots: 0,
            specDigest: bytes5(keccak256(bytes(SPEC)))
        });
        assertTrue(
            keccak256(abi.encode(escrow.getJob(1))) == keccak256(abi.encode(expected)), "stored as given"
        );
    }

    function test_it_counts_jobs_from_1() external {
        assertEq(createJob(), 1, "first");
        assertEq(createJob(), 2, "second");
        assertEq(escrow.jobCount(), 2, "count");
        assertStatus(3, IAIModelTrainingV2.JobStatus.None);
        assertEq(escrow.getJob(3).shareWei, 0, "no job, no share");
    }
}
