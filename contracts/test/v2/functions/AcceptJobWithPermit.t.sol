// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AIModelTrainingV2} from "../../../src/AIModelTrainingV2.sol";
import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {ContractWallet} from "../../receivers/Receivers.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";
import {GasBurningSigner} from "../Signers.sol";

contract AcceptJobWithPermitV2Test is EscrowTestV2 {
    uint256 private jobId;

    function setUp() public override {
        super.setUp();
        jobId = createJob(permitTerms());
    }

    function permitTerms() private view returns (IAIModelTrainingV2.Terms memory terms_) {
        terms_ = terms();
        terms_.permitOnly = true;
    }

    function acceptWith(uint256 job, address contributor, bytes memory permit) private returns (uint8) {
        vm.prank(contributor);
        return escrow.acceptJobWithPermit{value: BOND}(job, delegate, permit);
    }

    function refuse(address contributor, bytes memory permit) private {
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.InvalidPermit.selector, jobId, contributor));
        acceptWith(jobId, contributor, permit);
    }

    function test_given_no_such_job_it_reverts() external {
        bytes memory permit = signPermit(REQUESTER_KEY, 9, alice);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.JobNotOpen.selector, 9, IAIModelTrainingV2.JobStatus.None
            )
        );
        acceptWith(9, alice, permit);
    }

    function test_when_anything_else_was_signed_or_by_anybody_else_it_reverts() external {
        refuse(alice, signPermit(ALICE_KEY, jobId, alice));
        refuse(alice, signPermit(REQUESTER_KEY, jobId + 1, alice));
        refuse(alice, signPermit(REQUESTER_KEY, jobId, bob));
        refuse(alice, sign(REQUESTER_KEY, jobId, alice, ADAPTER));
        refuse(alice, "");
        refuse(alice, new bytes(65));
    }

    function test_when_signed_for_another_contract_it_reverts() external {
        (address there, address here) = (address(new AIModelTrainingV2(0, feeReceiver)), address(escrow));
        escrow = AIModelTrainingV2(there);
        bytes memory permit = signPermit(REQUESTER_KEY, jobId, alice);
        escrow = AIModelTrainingV2(here);
        refuse(alice, permit);
    }

    function test_a_permit_is_for_one_wallet_once() external {
        bytes memory permit = signPermit(REQUESTER_KEY, jobId, alice);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.JobAccepted(jobId, alice, 0, delegate, uint40(START + 1 hours));
        assertEq(acceptWith(jobId, alice, permit), 0, "slot");
        refuse(bob, permit);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.AlreadyAccepted.selector, jobId, alice));
        acceptWith(jobId, alice, permit);
    }

    function test_the_other_rules_of_accepting_hold() external {
        bytes memory own = signPermit(REQUESTER_KEY, jobId, requester);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.RequesterCannotContribute.selector, jobId, requester)
        );
        acceptWith(jobId, requester, own);
        bytes memory permit = signPermit(REQUESTER_KEY, jobId, alice);
        vm.prank(alice);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.WrongBond.selector, jobId, BOND, 0));
        escrow.acceptJobWithPermit(jobId, delegate, permit);
        vm.warp(START + 1 days);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.AcceptanceClosed.selector, jobId, START + 1 days)
        );
        acceptWith(jobId, alice, permit);
    }

    function test_a_job_for_anybody_takes_a_permit_too() external {
        uint256 open = createJob();
        acceptWith(open, alice, signPermit(REQUESTER_KEY, open, alice));
        assertSlot(open, alice, IAIModelTrainingV2.SlotStatus.Accepted);
    }

    function test_a_requester_that_is_a_contract_permits_by_eip1271() external {
        ContractWallet wallet = new ContractWallet();
        jobId = createdBy(address(wallet));
        refuse(alice, "");
        wallet.allow(permitDigest(jobId, alice));
        acceptWith(jobId, alice, "");
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Accepted);
    }

    function test_a_requester_that_is_a_contract_has_bounded_gas() external {
        jobId = createdBy(address(new GasBurningSigner()));
        uint256 gasBefore = gasleft();
        refuse(alice, "");
        assertTrue(gasBefore - gasleft() < 110_000, "gas is bounded");
    }

    function createdBy(address wallet) private returns (uint256) {
        vm.deal(wallet, STAKE);
        vm.prank(wallet);
        return escrow.createJob{value: STAKE}(permitTerms());
    }
}
