// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AIModelTrainingV2} from "../../../src/AIModelTrainingV2.sol";
import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {ContractWallet} from "../../receivers/Receivers.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";
import {DirtyAnsweringSigner, GasBurningSigner, ReturnBombSigner, ShortAnsweringSigner} from "../Signers.sol";

contract SubmitAdapterBySigV2Test is EscrowTestV2 {
    uint256 private jobId;

    function setUp() public override {
        super.setUp();
        jobId = createJob();
        accept(jobId, alice);
    }

    function relay(address contributor, string memory cid, bytes memory signature) private {
        vm.prank(stranger);
        escrow.submitAdapterBySig(jobId, contributor, cid, signature);
    }

    function refuse(bytes memory signature) private {
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.InvalidSignature.selector, jobId, alice));
        relay(alice, ADAPTER, signature);
    }

    function test_given_no_accepted_slot_it_reverts() external {
        bytes memory signature = sign(ALICE_KEY, jobId, bob, ADAPTER);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.SlotNotAccepted.selector, jobId, bob, IAIModelTrainingV2.SlotStatus.None
            )
        );
        relay(bob, ADAPTER, signature);
    }

    function test_given_the_deadline_it_reverts() external {
        bytes memory signature = sign(ALICE_KEY, jobId, alice, ADAPTER);
        vm.warp(START + 1 hours);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.DeadlinePassed.selector, jobId, alice, START + 1 hours)
        );
        relay(alice, ADAPTER, signature);
    }

    function test_when_anything_else_was_signed_it_reverts() external {
        refuse(sign(0xBAD, jobId, alice, ADAPTER));
        refuse(sign(ALICE_KEY, jobId + 1, alice, ADAPTER));
        refuse(sign(ALICE_KEY, jobId, bob, ADAPTER));
        refuse(sign(ALICE_KEY, jobId, alice, "bafkreiother"));
        refuse("");
        refuse(new bytes(65));
    }

    function test_when_signed_for_another_contract_it_reverts() external {
        (address there, address here) = (address(new AIModelTrainingV2(0, feeReceiver)), address(escrow));
        escrow = AIModelTrainingV2(there);
        bytes memory signature = sign(ALICE_KEY, jobId, alice, ADAPTER);
        escrow = AIModelTrainingV2(here);
        refuse(signature);
    }

    function test_when_nobody_is_delegate_a_malformed_signature_is_nobodys() external {
        vm.prank(alice);
        escrow.setDelegate(jobId, address(0));
        refuse(new bytes(65));
    }

    function test_when_the_cid_is_empty_it_reverts() external {
        bytes memory signature = sign(ALICE_KEY, jobId, alice, "");
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.CidLengthOutOfRange.selector, 0, 128));
        relay(alice, "", signature);
    }

    function test_when_wallet_or_delegate_signed_anybody_may_relay_once(bool byDelegate) external {
        bytes memory signature = sign(byDelegate ? DELEGATE_KEY : ALICE_KEY, jobId, alice, ADAPTER);
        uint256 before = alice.balance;
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.AdapterSubmitted(jobId, alice, ADAPTER);
        relay(alice, ADAPTER, signature);
        assertEq(alice.balance, before, "the bond stays until the verdict");

        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.SlotNotAccepted.selector,
                jobId,
                alice,
                IAIModelTrainingV2.SlotStatus.Submitted
            )
        );
        relay(alice, ADAPTER, signature);
    }

    function test_a_contract_wallet_signs_by_eip1271() external {
        ContractWallet wallet = new ContractWallet();
        vm.deal(address(wallet), 1 ether);
        accept(jobId, address(wallet));
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.InvalidSignature.selector, jobId, address(wallet))
        );
        relay(address(wallet), ADAPTER, "");
        wallet.allow(submissionDigest(jobId, address(wallet), ADAPTER));
        relay(address(wallet), ADAPTER, "");
        assertSlot(jobId, address(wallet), IAIModelTrainingV2.SlotStatus.Submitted);
    }

    function test_a_contract_delegate_signs_by_eip1271() external {
        ContractWallet key = new ContractWallet();
        vm.prank(alice);
        escrow.setDelegate(jobId, address(key));
        key.allow(submissionDigest(jobId, alice, ADAPTER));
        relay(alice, ADAPTER, "");
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Submitted);
    }

    function test_a_contract_delegate_has_bounded_gas_and_leaves_the_wallet_its_own_signature() external {
        GasBurningSigner key = new GasBurningSigner();
        vm.prank(alice);
        escrow.setDelegate(jobId, address(key));
        bytes memory signature = sign(ALICE_KEY, jobId, alice, ADAPTER);
        uint256 gasBefore = gasleft();
        relay(alice, ADAPTER, signature);
        assertTrue(gasBefore - gasleft() < 110_000, "at most 50,000 of it are the delegate's");
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Submitted);
    }

    function test_a_contract_that_answers_with_less_or_other_than_yes_did_not_sign() external {
        address[3] memory keys = [
            address(new ShortAnsweringSigner()),
            address(new DirtyAnsweringSigner()),
            address(new ReturnBombSigner())
        ];
        for (uint256 i = 0; i < keys.length; ++i) {
            vm.prank(alice);
            escrow.setDelegate(jobId, keys[i]);
            uint256 gasBefore = gasleft();
            refuse("");
            assertTrue(gasBefore - gasleft() < 110_000, "gas is bounded");
        }
    }

    function test_a_contributor_may_be_anothers_delegate_and_delivers_for_each_apart() external {
        accept(jobId, bob);
        vm.prank(bob);
        escrow.setDelegate(jobId, alice);
        relay(bob, ADAPTER, sign(ALICE_KEY, jobId, bob, ADAPTER));
        assertSlot(jobId, bob, IAIModelTrainingV2.SlotStatus.Submitted);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Accepted);
    }
}
